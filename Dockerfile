# syntax=docker/dockerfile:1
# The image in which `ruimte serve` runs. Everything is installed by its hash in the locks; choose another index with
# --build-arg UV_DEFAULT_INDEX=... and --build-arg PIP_INDEX_URL=...

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ARG UV_DEFAULT_INDEX
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    VIRTUAL_ENV=/opt/ruimte
WORKDIR /src

# What is installed changes less often than the code: a layer of its own.
COPY requirements.lock requirements-runtime.lock ./
RUN awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements.lock > uv.lock \
    && pip install --no-cache-dir --require-hashes --no-deps --requirement uv.lock \
    && python -m venv --without-pip "$VIRTUAL_ENV" \
    && uv pip sync --no-cache --require-hashes requirements-runtime.lock

COPY pyproject.toml README.md LICENSE ./
COPY adapters adapters
COPY bot bot
COPY prompts prompts
COPY storage storage
# What builds the package has its hash in the lock too.
RUN uv pip install --no-cache --no-deps --build-constraints requirements.lock .


FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin ruimte \
    && install --directory --mode=0700 --owner=ruimte --group=ruimte /data
COPY --from=build /opt/ruimte /opt/ruimte
ENV PATH=/opt/ruimte/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUIMTE_DATA=/data \
    RUIMTE_HOST=0.0.0.0 \
    RUIMTE_PORT=8080
USER ruimte
WORKDIR /data
# The database, where it is SQLite, and the keys, which are never backed up.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['RUIMTE_PORT']}/healthz\", timeout=4)"]
CMD ["ruimte", "serve", "--upgrade"]
