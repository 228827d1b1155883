import { ObjectType } from "type-graphql";

@ObjectType("Viewer", { description: "The caller: the token presented and what it reaches." })
export class ViewerObject {}
