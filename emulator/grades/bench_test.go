package grades

import (
	"net/http"
	"testing"
)

// BenchmarkGrade is a grade of each scenario of the library, over HTTP, with its own fix: the
// slowest of them is what a person waits for.
func BenchmarkGrade(b *testing.B) {
	s := start(b)
	for _, name := range s.library.Names() {
		s.ask(b, http.MethodPost, "/worlds/"+name+"/fix", "", nil)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.grade(b, name)
			}
		})
	}
}
