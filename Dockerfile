# docker build -t rnngan . && docker run --rm -v "$PWD:/work" rnngan train --config eustockmarkets
FROM debian:12 AS build
COPY . /rnngan
RUN apt-get update && cd /rnngan && ./scripts/package.sh

FROM debian:12
COPY --from=build /rnngan/build/packages/rnngan_*.deb /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/rnngan_*.deb libopenblas0-openmp \
    && rm -rf /tmp/*.deb /var/lib/apt/lists/*
WORKDIR /work
ENTRYPOINT ["rnngan"]
