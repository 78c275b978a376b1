# Build the program first: CGO_ENABLED=0 go build -o dist/s3fault ./cmd/s3fault
FROM scratch
COPY dist/s3fault /s3fault
# Nobody, by number: an empty image has no /etc/passwd.
USER 65532:65532
EXPOSE 9403
# Inside the container it listens on every address; what the host publishes is
# the host's choice (docker-compose.yml publishes 127.0.0.1 alone).
ENTRYPOINT ["/s3fault"]
CMD ["serve", "--addr", "0.0.0.0:9403"]
HEALTHCHECK --interval=2s --timeout=2s --start-period=5s --retries=3 \
    CMD ["/s3fault", "health", "--endpoint", "http://127.0.0.1:9403"]
