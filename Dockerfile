# docker build .                      builds the program in a container; it needs no Go here
# docker build --target prebuilt .    takes dist/s3fault, built before:
#   CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o dist/s3fault ./cmd/s3fault

# What both images have.
FROM scratch AS base
# Nobody, by number: an empty image has no /etc/passwd.
USER 65532:65532
EXPOSE 9403
# Inside the container it listens on every address; what the host publishes is
# the host's choice (docker-compose.yml publishes 127.0.0.1 alone).
ENTRYPOINT ["/s3fault"]
CMD ["serve", "--addr", "0.0.0.0:9403"]
HEALTHCHECK --interval=2s --timeout=2s --start-period=5s --retries=3 \
    CMD ["/s3fault", "health", "--endpoint", "http://127.0.0.1:9403"]

FROM base AS prebuilt
COPY dist/s3fault /s3fault

FROM golang:1.26 AS compile
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /s3fault ./cmd/s3fault

FROM base AS build
COPY --from=compile /s3fault /s3fault
