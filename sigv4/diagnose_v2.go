package sigv4

import (
	"fmt"
	"net/url"
	"strings"
)

// resources tries SigV2's resource with the bucket elsewhere, and with
// the /~NAME of the path that does not belong to it.
func (d *diagnosis) resources() (all []guess) {
	want := d.k.Resource
	if want == "" {
		want = d.m.path
	}
	label, _, _ := strings.Cut(d.m.host, ".")
	_, rest, _ := strings.Cut(strings.TrimPrefix(d.m.path, "/"), "/")
	others := []string{d.m.path, "/" + rest, "/" + label + d.m.path, cleaned(want)}
	if decoded, err := url.PathUnescape(want); err == nil {
		others = append(others, decoded)
	}
	for _, prefix := range d.clues.Prefixes {
		others = append(others, "/"+strings.Trim(prefix, "/")+d.m.path)
	}
	for _, resource := range others {
		if resource != want {
			all = append(all, guess{Diagnosis{
				Text: fmt.Sprintf("signed for the resource %s, arrived for %s", resource, want), Cure: curePath,
				Signed: resource, Arrived: want,
			}, func(s *signing) { s.resource = resource }})
		}
	}
	return all
}

// headersV2 leaves each header that V2 signs out in turn.
func (d *diagnosis) headersV2() (all []guess) {
	for key := range d.m.header {
		name := strings.ToLower(key)
		if name != "content-type" && name != "content-md5" && !strings.HasPrefix(name, "x-amz-") {
			continue
		}
		all = append(all, guess{Diagnosis{
			Text: "signed without the header " + name, Cure: "sign " + name + " too, or do not send it.",
		}, func(s *signing) {
			s.m.header = d.m.header.Clone()
			delete(s.m.header, key)
		}})
	}
	return all
}
