import { readConfig } from "./src/config";
import { writingSource } from "./src/store/data-source";

const result = readConfig();
if ("faults" in result) throw new Error(result.faults.join("\n"));
const { database } = result.config;
if (database.kind !== "sqlite")
  throw new Error("DATABASE_URL: for TypeORM's command line it must be sqlite:PATH");

/** The DataSource for TypeORM's command line. The server itself does not read this file. */
export const dataSource = writingSource(database.path);
