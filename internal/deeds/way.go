package deeds

import (
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// way is how all requests of the grid are made.
type way struct {
	over     []circumstance
	internet bool // not by the VPC endpoint that the world's requests take
}

// waysOf are the world's own way; the internet, where the world's requests take another;
// and the one in which no Deny applies that only some circumstances bring about: who wants
// in will come that way.
func waysOf(s *world.State, statements []*statement) []way {
	all := []way{{}}
	n := &s.Network
	if n.VPCEndpoint != "" || n.RouteTable != "" || n.VPC != "" {
		all = append(all, way{internet: true, over: []circumstance{{"aws:SourceIp", []string{internetAddress}}}})
	}
	if easy := unhindered(statements); len(easy) > 0 {
		all = append(all, way{over: easy})
	}
	return all
}

// unhindered are the circumstances in which the conditions of every Deny do not hold.
func unhindered(statements []*statement) []circumstance {
	var all []circumstance
	set := map[string]bool{}
	for _, s := range statements {
		if s.allows {
			continue
		}
		for _, k := range s.conditions {
			values := k.holdsNot
			if name := strings.ToLower(k.key); len(values) > 0 && !set[name] && !settled(k.key) {
				set[name] = true
				all = append(all, circumstance{k.key, values[0]})
				break
			}
		}
	}
	return all
}

// settled says that circumstances do not change a key.
func settled(key string) bool {
	return among(key, ofPrincipals) || among(key, ofServices) || among(key, ofResources) || among(key, unchanging)
}
