# syntax=docker/dockerfile:1
# Stagedoor in a container; see docs/deploy/docker.md.

FROM rust:1.95-bookworm AS build
RUN rustup target add wasm32-unknown-unknown \
    && apt-get update \
    && apt-get install -y --no-install-recommends binaryen \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo xtask build && install -D target/release/stagedoor /image/usr/local/bin/stagedoor
# A new volume takes the owner of the folder that it is mounted over.
RUN install -d -m 700 /image/var/lib/stagedoor

# glibc, libgcc and the certificates of public authorities; no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /image/usr /usr
COPY --from=build --chown=65532:65532 /image/var/lib/stagedoor /var/lib/stagedoor
USER 65532:65532
WORKDIR /var/lib/stagedoor
VOLUME /var/lib/stagedoor
# Inside the container every address is its own; what is reachable from outside is decided by what is published.
ENV STAGEDOOR_CONFIG=/etc/stagedoor/stagedoor.toml \
    STAGEDOOR__SERVER__LISTEN=0.0.0.0:7117 \
    STAGEDOOR__SERVER__METRICS=0.0.0.0:7118
EXPOSE 7117
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/usr/local/bin/stagedoor", "ready"]
ENTRYPOINT ["/usr/local/bin/stagedoor"]
CMD ["--log-format", "json", "serve"]
