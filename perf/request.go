package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

var (
	credentials = sigv4.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}
	scope       = sigv4.Scope{Region: "us-east-1", Service: "s3"}
)

// request is one of a kind for a key, signed now.
func (s *server) request(o op, key string, body []byte) (*http.Request, error) {
	address := "http://" + s.address + "/" + o.bucket
	if key != "" {
		address += "/" + key
	}
	if len(o.query) > 0 {
		address += "?" + o.query.Encode()
	}
	r, err := http.NewRequest(o.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	switch o.sign {
	case signed:
		sum := sha256.Sum256(body)
		sigv4.Sign(r, credentials, scope, hex.EncodeToString(sum[:]), time.Now())
	case presigned:
		sigv4.Presign(r, credentials, scope, time.Hour, time.Now())
	}
	return r, nil
}

// wire is a request as it is sent on a connection that is kept.
func wire(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	r.Header.Set("User-Agent", "perf")
	err := r.Write(&b)
	return b.Bytes(), err
}
