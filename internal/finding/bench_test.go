package finding

import (
	"fmt"
	"strings"
	"testing"
)

// Ten thousand requests, the most that a journal keeps, of which many fail, and a thousand objects.
func BenchmarkOf(b *testing.B) {
	var text, objects strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&text, "%d PutObject b/k%d 503 SlowDown i=p%d sha=x !before_commit:error*\n", i*4, i%1000, i)
		fmt.Fprintf(&text, "%d HeadObject b/k%d 403 AccessDenied i=h%d deny=k\n", i*4+1, i%1000, i)
		fmt.Fprintf(&text, "%d GetObject b/k%d 200 i=g%d out=4 !response_body:truncate_after@4\n", i*4+2, i%1000, i)
		fmt.Fprintf(&text, "%d UploadPart b/k%d 500 InternalError up=U%d part=1 !before_commit:error*\n", i*4+3, i%1000, i)
	}
	for i := range 1000 {
		fmt.Fprintf(&objects, "b/k%d=0123456789 ", i)
	}
	w := written{requests: text.String(), before: objects.String(), after: objects.String(), as: text.String()}
	r := w.run(b)
	for b.Loop() {
		Of(r)
	}
}
