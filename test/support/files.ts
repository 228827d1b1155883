/** Whether a file of the database stays: the next epoch file has a name of its own until it is whole. */
export const isLasting = (name: string): boolean => !name.endsWith(".epoch.tmp");
