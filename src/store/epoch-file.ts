import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Epoch, EpochFile } from "../domain/epoch";

/** What the file says; "damaged": nothing that was written here. Throws when it cannot be read. */
export async function readEpochFile(path: string): Promise<EpochFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "missing";
    throw error;
  }
  const [, number, database] = /^tokenward epoch (\d{1,15}) of ([0-9a-f-]{36})\n$/.exec(text) ?? [];
  return database === undefined ? "damaged" : { database, number: Number(number) };
}

/**
 * Replaces the file as a whole: whenever the process is killed or the power is cut, it is the old one or the new one.
 * `temporary`: a name in the same folder that nobody else writes to. Resolves when the disk has it.
 */
export async function writeEpochFile(path: string, temporary: string, epoch: Epoch): Promise<void> {
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`tokenward epoch ${epoch.number} of ${epoch.database}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Has the disk keep the file's name too: without it, a power cut may leave the one before, or none where none was. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
