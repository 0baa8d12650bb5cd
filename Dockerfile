# The image of all Heritage services, for CPUs. With CUDA libraries: Dockerfile.gpu.
FROM eclipse-temurin:25-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends git unzip curl && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/heritage
COPY . .
RUN ./heritage --version

FROM eclipse-temurin:25-jdk
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/heritage /opt/heritage
WORKDIR /opt/heritage
ENTRYPOINT ["./heritage"]
