package authz

// Bar keeps a kind of requester from an action, whatever the policies say: the root
// user from assuming a role, a session from asking for the next.
type Bar struct {
	Layer  Layer  // Identity, of who the requester is; Session, of temporary credentials
	Part   string // PartCaller or PartCredentials
	Detail string
	// Free says that the action needs no permission: the policies are not asked.
	Free bool
}

// The parts of a layer that a Bar is. AWS looks at PartCredentials before all
// policies, at PartCaller of a session after them.
const (
	PartCredentials = "credentials"
	PartCaller      = "caller"
)

// Barred says whether the finding is that of a Bar. The parts of other layers may have
// any name.
func (f *Finding) Barred() bool { return barred(f.Layer, f.Part) }

func barred(l Layer, part string) bool {
	return (l == Identity || l == Session) && (part == PartCredentials || part == PartCaller)
}

// speaksFor says whether the bar answers in the layer's place.
func (b *Bar) speaksFor(l *layer) bool {
	return b.Layer == l.name || b.Free && !l.unnamed
}

func (b *Bar) answer(a *answer) {
	if b.Layer == a.Layer {
		a.says(ExplicitDeny, b.Detail)
		a.Part = b.Part
	}
}
