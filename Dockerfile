# The bastion in a container: self-contained, without root, and with a root file system that may be read-only.
#   docker build -t bastion .
#   docker run --read-only --tmpfs /tmp -p 2222:2222 -v bastion:/var/lib/bastion -v ./bastion.yaml:/etc/bastion/bastion.yaml:ro bastion
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=debian:trixie-slim

FROM ${SDK} AS build
# the native compiler of the CLI links with these
RUN apt-get update \
 && apt-get install -y --no-install-recommends clang zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src src
RUN dotnet publish src/Bastion.Server -c Release --use-current-runtime --self-contained -p:PublishReadyToRun=true -o /out/server \
 && dotnet publish src/Bastion.Cli -c Release --use-current-runtime -p:PublishAot=true -o /out/cli \
 && rm -f /out/server/*.pdb /out/server/*.xml /out/cli/*.dbg /out/cli/*.pdb /out/cli/*.xml

FROM ${RUNTIME}
# libssl3: the cryptography of .NET and of the SSH engine (libcrypto.so.3)
RUN apt-get update \
 && apt-get install -y --no-install-recommends libssl3 ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/bastion --shell /usr/sbin/nologin bastion \
 && install -d -o bastion -g bastion -m 0700 /var/lib/bastion
COPY --from=build /out/server /opt/bastion
COPY --from=build /out/cli/bastion /usr/local/bin/bastion
COPY config/bastion.yaml /etc/bastion/bastion.yaml
# no debugger's sockets in /tmp: they would let a process of the same account look inside
ENV DOTNET_EnableDiagnostics=0
# wherever the mounted configuration lies, state goes to the volume
ENV BASTION__DATA_DIR=/var/lib/bastion
USER bastion
VOLUME /var/lib/bastion
EXPOSE 2222
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["bastion", "doctor", "--health", "--data-dir", "/var/lib/bastion"]
ENTRYPOINT ["/opt/bastion/Bastion.Server", "--config", "/etc/bastion/bastion.yaml"]
