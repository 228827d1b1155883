import { readConfig } from "./src/config";
import { writingSource } from "./src/store/data-source";

const result = readConfig();
if ("faults" in result) throw new Error(result.faults.join("\n"));

/** The DataSource for TypeORM's command line. The server itself does not read this file. */
export const dataSource = writingSource(result.config.database.path);
