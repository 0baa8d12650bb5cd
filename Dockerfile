# The image of all Heritage services, for CPUs. With CUDA libraries: Dockerfile.gpu.
FROM eclipse-temurin:25-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends git unzip curl && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN deploy/image /opt/heritage

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /var/lib/heritage /var/lib/heritage/sink
COPY --from=build /opt/heritage /opt/heritage
# Data, of volumes, belong here; nothing else is written but temporary files, among them native libraries: /tmp must be executable.
ENV JAVA_HOME=/opt/heritage/jre HOME=/var/lib/heritage LANG=C.UTF-8
WORKDIR /var/lib/heritage
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s CMD ["/opt/heritage/healthy"]
ENTRYPOINT ["/opt/heritage/heritage"]
