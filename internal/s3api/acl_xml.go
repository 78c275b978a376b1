package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
)

// aclReply shows an ACL.
func aclReply(c *Call, owner string, acl authz.ACL) *Reply {
	w := wire.NewDocument(wire.ACLRoot, bytesPerEntry*(len(acl)+1))
	w.User("Owner", ownerXML(c.State(), owner))
	w.Open("AccessControlList")
	for i := range acl {
		w.Open("Grant")
		writeGrantee(c, w, acl[i].Grantee)
		w.Text("Permission", string(acl[i].Permission))
		w.Close("Grant")
	}
	w.Close("AccessControlList")
	return documentReply(w.End(wire.ACLRoot))
}

func writeGrantee(c *Call, w *wire.Document, g authz.Grantee) {
	const grantee = `Grantee xmlns:xsi="` + wire.XSINamespace + `" xsi:type="`
	if g.Group != "" {
		w.Open(grantee + wire.Group + `"`)
		w.Text("URI", g.Group)
	} else {
		w.Open(grantee + wire.CanonicalUser + `"`)
		w.Text("ID", g.CanonicalID)
		w.Optional("DisplayName", displayName(c.State(), c.State().AccountWith(g.CanonicalID)))
	}
	w.Close("Grantee")
}
