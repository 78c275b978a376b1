package build_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/scenarios"
)

// manyObjects is a file with a bucket of n objects.
func manyObjects(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nscenarios:\n  many:\n    title: Many\n    accounts: {123456789012: {}}\n    buckets:\n      my-bucket:\n        objects:\n")
	for i := range n {
		fmt.Fprintf(&b, "          key-%d: {body: x}\n", i)
	}
	return []byte(b.String())
}

// BenchmarkLoad reads files and builds their worlds: ns/object is the same for few
// objects and for many.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 40_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			text := manyObjects(n)
			for b.Loop() {
				f, err := scenarios.Parse("many.yaml", text)
				if err != nil {
					b.Fatal(err)
				}
				m, err := build.Of(scenario(b, f, "many")).Build(loaded, store.NewIndex(blob.NewStore()))
				if err != nil {
					b.Fatal(err)
				}
				m.Index.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/object")
		})
	}
}
