// Outside of production graphql-js looks at every type twice, which takes half of the time here. Imported first.
process.env.NODE_ENV = "production";
