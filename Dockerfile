# syntax=docker/dockerfile:1
# The image of one service:   docker build --build-arg APP=booking -t prep/booking .
# Base images are named in tools/images/base-images.json, which gives the arguments of a release build:
#   docker build $(node tools/images/base-images.ts --release) --build-arg APP=booking ...
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Nothing but the files that decide what is installed: the layer of packages changes only with them.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /all
COPY . .
RUN mkdir /manifests && find . -name 'package*.json' -not -path '*/node_modules/*' -exec cp --parents {} /manifests/ \;

FROM ${NODE_IMAGE} AS packages
WORKDIR /src
COPY --from=manifests /manifests ./
# No scripts of packages: what runs in production needs none.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

# People's own stage: sources come in by a mount or by `docker compose watch`.
FROM packages AS development
COPY . .

FROM packages AS build
ARG APP
ENV NX_DAEMON=false
COPY . .
RUN npx nx build "@prep/${APP}"
# Only what this app needs to run: its projects by Nx's graph, its packages by the lock.
RUN node tools/images/prune-app.ts "${APP}" /out
# The same bytes give the same layer, whenever it is built.
ARG SOURCE_DATE_EPOCH=0
RUN find /out -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${RUNTIME_IMAGE} AS runtime
ARG APP
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="prep-${APP}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /out ./
WORKDIR /app/apps/${APP}/dist
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 3000
# The entry point of the base image is node. Migrations: migrate.js.
CMD ["main.js"]
