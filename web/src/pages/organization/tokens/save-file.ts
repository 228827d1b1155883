/** Offers a text as a file that the browser saves. It goes from memory to the disk, and over no network. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 1000);
}
