import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./playground.css";
import { createRoot } from "react-dom/client";
import { Playground } from "./playground";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Playground />);
