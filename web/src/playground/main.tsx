import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./playground.css";
import { createRoot } from "react-dom/client";
import { describeTabs } from "./tabs";
import { Playground } from "./playground";

const root = document.getElementById("root");
if (root !== null) {
  describeTabs(root);
  createRoot(root).render(<Playground />);
}
