/** Whether the text is in the clipboard now. Without HTTPS a page may not write there by itself, but it may copy what is selected. */
export async function copyText(text: string, field: HTMLTextAreaElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that plain HTTP leaves
    return document.execCommand("copy");
  }
}
