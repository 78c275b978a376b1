package metrics

import (
	"sync"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/services"
)

// What a label says where there is nothing to say, and where it would be a text of the
// client's.
const (
	None  = "none"
	Other = "other"
)

const s3 = "s3"

// asked is a name as a request asks for it.
type asked struct{ service, name string }

// known is all operations that there are, by the service that they are of.
var known = sync.OnceValue(func() map[asked]bool {
	all := map[asked]bool{}
	for _, o := range services.Catalogue().Operations {
		all[asked{o.Service, o.Name}] = true
	}
	return all
})

// serving is the services that there are; S3's name is empty.
var serving = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for o := range known() {
		all[o.service] = true
	}
	return all
})

// effects are those of fault rules that a label can name.
var effects = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{fault.Pass.Name(): true}
	for _, name := range fault.EffectNames() {
		all[name] = true
	}
	return all
})

var layers = sync.OnceValue(func() map[authz.Layer]bool {
	all := map[authz.Layer]bool{}
	for _, l := range authz.Layers() {
		all[l] = true
	}
	return all
})

// kindOf is the labels of a request, each of them one of a table.
func kindOf(o *exchange.Outcome) kind {
	k := kind{service: o.Service, operation: o.Operation, status: o.Status, layer: None, fault: None}
	if !known()[asked{o.Service, o.Operation}] {
		k.operation = Other
	}
	switch {
	case o.Service == "":
		k.service = s3
	case !serving()[o.Service]:
		k.service = Other
	}
	if k.status < 100 || k.status > 599 {
		k.status = 0
	}
	if o.Layer != "" && layers()[o.Layer] {
		k.layer = string(o.Layer)
	}
	if o.Effect != "" && effects()[o.Effect] {
		k.fault = o.Effect
	}
	return k
}
