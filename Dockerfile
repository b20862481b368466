# The coordinator and the workers of a cluster: see docs/cluster.md.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false OPENBLAS_NUM_THREADS=1
WORKDIR /onrecord

# The lock first: packages stay cached while the code changes.
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

# An application that runs from its checkout; bytecode is made now, for imports take seconds.
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && python -m compileall -q flows schemas

RUN useradd --create-home onrecord && mkdir -p output && chown onrecord output
USER onrecord
ENTRYPOINT ["onrecord"]
CMD ["--help"]
# A worker: docker run --entrypoint dask IMAGE worker tcp://HOST:8786 --nthreads 1 --memory-limit 0
