import { useEffect } from "react";

/** Names the page in the browser's tab and history, as long as it is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} - Tokenward`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
