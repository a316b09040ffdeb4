# One image for every role: what it does is decided by its command, see docker-compose.yml.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
# Packages first: they change less often than the sources, and this layer is kept until they do.
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY api/package.json api/
COPY stream-workers/package.json stream-workers/
COPY client/package.json client/
COPY simulator/package.json simulator/
COPY local/package.json local/
COPY bench/package.json bench/
COPY proving/package.json proving/
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# The same packages without what only building and testing need, and without the embedded Postgres.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY --from=build /app/package.json /app/package-lock.json /app/.npmrc ./
COPY --from=build /app/core/package.json core/
COPY --from=build /app/api/package.json api/
COPY --from=build /app/stream-workers/package.json stream-workers/
COPY --from=build /app/client/package.json client/
COPY --from=build /app/simulator/package.json simulator/
COPY --from=build /app/local/package.json local/
COPY --from=build /app/bench/package.json bench/
COPY --from=build /app/proving/package.json proving/
RUN npm ci --ignore-scripts --omit=dev --omit=optional -w core -w api -w stream-workers -w simulator -w local

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    LIVETALLY_HOME=/data
WORKDIR /app
COPY --from=packages /app ./
COPY --from=build /app/schema.graphql ./
COPY --from=build /app/core/dist core/dist
COPY --from=build /app/api/dist api/dist
COPY --from=build /app/stream-workers/dist stream-workers/dist
COPY --from=build /app/simulator/dist simulator/dist
COPY --from=build /app/local/run.mjs /app/local/prepare.mjs local/
COPY --from=build /app/local/dist local/dist
COPY --from=build /app/client/dist client/dist
# The master key lives here unless LIVETALLY_MASTER_KEY is given: a volume, and in every backup.
# Folders of passwords are there so that the volumes mounted on them belong to who writes into them.
RUN mkdir -p /data /login /logins/owner /logins/api /logins/worker /logins/ingest /logins/auditor && chown -R node:node /data /login /logins
VOLUME /data
USER node
EXPOSE 4000
CMD ["node", "--enable-source-maps", "api/dist/index.js"]
