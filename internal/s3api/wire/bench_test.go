package wire

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/store"
)

// pageOf is a page of objects, each written in a second of its own.
func pageOf(n int) []*store.Object {
	at := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	objects := make([]*store.Object, n)
	for i := range objects {
		objects[i] = &store.Object{
			Facts: store.Facts{
				Key: fmt.Sprintf("d%03d/k%07d.txt", i/10, i), Owner: "111122223333", StorageClass: StandardClass,
				Checksum: store.Checksum{Algorithm: "CRC64NVME", Type: "FULL_OBJECT"},
			},
			Size: int64(i), ETag: "d41d8cd98f00b204e9800998ecf8427e", Modified: at.Add(time.Duration(i) * 7 * time.Second),
		}
	}
	return objects
}

// write writes a page as lists do, and sends it nowhere.
func write(l Listing, page []*store.Object, owner string) {
	w := NewDocument("ListBucketResult", 400*len(page))
	for _, o := range page {
		w.Object(l, o, owner)
	}
	body := w.End("ListBucketResult")
	_, _ = body.WriteTo(io.Discard)
	body.Close()
}

func BenchmarkPage(b *testing.B) {
	page := pageOf(PageSize)
	for _, row := range []struct {
		name  string
		list  Listing
		owner string
	}{
		{"plain", Listing{}, ""},
		{"url", Listing{Encoding: "url"}, ""},
		{"owners", Listing{}, "<Owner><ID>0000000000000000000000000000000000000000000000000000000000000000</ID></Owner>"},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				write(row.list, page, row.owner)
			}
		})
	}
}
