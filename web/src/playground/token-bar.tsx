import { useState, type ReactNode } from "react";

interface Props {
  readonly isSignedIn: boolean;
  readonly isPasted: boolean;
  /** Null: the pasted one is forgotten. */
  readonly onPaste: (secret: string | null) => void;
}

/** Whose token the requests carry. A pasted one is kept by this page alone, and only while it is open. */
export function TokenBar({ isSignedIn, isPasted, onPaste }: Props): ReactNode {
  const [typed, setTyped] = useState("");
  return (
    <header className="token-bar">
      <a href="/">Console</a>
      {isPasted ? (
        <>
          <span role="status">Requests carry the token that you pasted.</span>
          <button
            type="button"
            onClick={() => {
              onPaste(null);
            }}
          >
            Forget it
          </button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() === "") return;
            onPaste(typed.trim());
            setTyped("");
          }}
        >
          <label htmlFor="token">
            {isSignedIn ? "Requests carry the token of the console. Another one:" : "Your token:"}
          </label>
          <input
            id="token"
            type="password"
            autoComplete="off"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <button type="submit">Use it</button>
        </form>
      )}
    </header>
  );
}
