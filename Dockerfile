FROM node:22-bookworm-slim AS build
WORKDIR /app
# better-sqlite3 usually comes compiled; where it does not, npm compiles it here.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
COPY web/package.json ./web/
RUN npm ci
COPY tsconfig.json tsconfig.build.json schema.graphql ./
COPY bin ./bin
COPY src ./src
COPY web ./web
# .npmrc includes development packages always; the command line has the last word.
RUN node bin/build.js && npm prune --omit=dev --include=prod

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  DATABASE_URL=sqlite:/data/tokenward.db
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The exec form: node itself gets the SIGTERM of `docker stop`, and `docker run IMAGE admin-token LOGIN` works.
ENTRYPOINT ["node", "bin/tokenward.js"]
CMD ["serve"]
