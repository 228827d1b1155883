import { useSearchParams } from "react-router";

/**
 * What a list is narrowed down to, as a part of the address; empty: to nothing. Another value shows the first page.
 *
 * @param list the address's parameter of the page in the list: see `useList`
 */
export function useFilter(name: string, list = "after"): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (value: string): void => {
    setSearch(
      (current) => {
        if (value === "") current.delete(name);
        else current.set(name, value);
        current.delete(list);
        return current;
      },
      { replace: true },
    );
  };
  return [search.get(name) ?? "", change];
}
