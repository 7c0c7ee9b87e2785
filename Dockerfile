# Serving only: no compiler, no torch, not root. Build: docker build -t gouji .
# With extras: docker build --build-arg EXTRAS=parquet,postgresql -t gouji .
FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY models models
COPY service service
ARG EXTRAS=""
RUN python -m venv --without-pip /opt/gouji \
    && pip --python /opt/gouji/bin/python install --no-cache-dir --disable-pip-version-check \
        --constraint constraints.txt ".${EXTRAS:+[$EXTRAS]}"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home gouji && install -d -o gouji -g gouji /data
COPY --from=build /opt/gouji /opt/gouji
# 0.0.0.0 is the network of the container: who publishes the port decides who comes in. Give others keys (GOUJI_API_KEYS)
ENV PATH=/opt/gouji/bin:$PATH PYTHONUNBUFFERED=1 GOUJI_HOST=0.0.0.0 GOUJI_PORT=8000 GOUJI_DATA_DIR=/data GOUJI_OPEN=1
USER gouji
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
CMD ["python", "-m", "gouji", "serve"]
