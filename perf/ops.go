package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
)

// op is a kind of request that is measured.
type op struct {
	name, title string
	limit       string // what the table of targets says, as a ratio to the limit
	method      string
	bucket      string
	size        int // of the object that it is about, in bytes
	query       url.Values
	sign        signing
	status      int
}

type signing int

const (
	signed signing = iota
	presigned
	unsigned
)

// The buckets: of what is read and written, one of a thousand keys, and the large one.
const (
	busy     = "perf"
	thousand = "perf-thousand"
	large    = "perf-large"
)

// spread is how many keys the requests for objects go to.
const spread = 64

const (
	small = 1 << 10
	big   = 1 << 20
)

var ops = []op{
	about(small, op{name: "get1k", title: "GET 1 KiB", limit: "1.6", method: http.MethodGet}),
	about(small, op{name: "put1k", title: "PUT 1 KiB", limit: "1.8", method: http.MethodPut}),
	about(small, op{name: "head", title: "HEAD", limit: "1.5", method: http.MethodHead}),
	about(small, op{name: "presigned", title: "presigned GET", limit: "1.6", method: http.MethodGet, sign: presigned}),
	about(small, op{
		name: "refused", title: "refused, with reasons", limit: "1.6", method: http.MethodGet, sign: unsigned,
	}),
	about(big, op{name: "get1m", title: "GET 1 MiB", limit: "1.1", method: http.MethodGet}),
	about(big, op{name: "put1m", title: "PUT 1 MiB", limit: "1.05", method: http.MethodPut}),
	ofList(thousand, op{name: "list", title: "list 1,000 keys", query: url.Values{"list-type": {"2"}}}),
}

// about is a request for an object of that size.
func about(size int, o op) op {
	o.bucket, o.size, o.status = busy, size, http.StatusOK
	if o.sign == unsigned {
		o.status = http.StatusForbidden
	}
	return o
}

func ofList(bucket string, o op) op {
	o.bucket, o.method, o.status, o.limit = bucket, http.MethodGet, http.StatusOK, "3"
	return o
}

// ofMany is a page in the middle of the large bucket.
func ofMany(keys int) op {
	query := url.Values{"list-type": {"2"}, "start-after": {keyOf(keys / 2)}}
	return ofList(large, op{name: "many", title: fmt.Sprintf("list 1,000 of %d keys", keys), query: query})
}

// keyOf is the i-th key of the buckets that are listed.
func keyOf(i int) string { return fmt.Sprintf("d%03d/k%07d.txt", i/1000, i) }

func (o op) key(i int) string {
	if o.size == 0 {
		return ""
	}
	return fmt.Sprintf("object-%d-%d", o.size, i%spread)
}

func opNames() (names []string) {
	for _, o := range ops {
		names = append(names, o.name)
	}
	return names
}

// chosenOps are those that a list names; empty: all. Error: a name is none.
func chosenOps(text string) ([]op, error) {
	if text == "" {
		return ops, nil
	}
	var chosen []op
	for name := range strings.FieldsSeq(text) {
		o, err := opOf(name)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, o)
	}
	return chosen, nil
}

func opOf(name string) (op, error) {
	for _, o := range ops {
		if o.name == name {
			return o, nil
		}
	}
	if near := nearest.Name(name, opNames()); near != "" {
		return op{}, fmt.Errorf("-ops: no request %q (did you mean %q?)", name, near)
	}
	return op{}, fmt.Errorf("-ops: no request %q; there are %s", name, strings.Join(opNames(), ", "))
}
