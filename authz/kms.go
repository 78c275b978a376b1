package authz

// The parts of the layer kms.
const (
	PartIdentity  = "identity"
	PartKeyPolicy = "key-policy"
	PartKeyState  = "key-state"
)

// keyEnabled is the only key state that serves Decrypt and GenerateDataKey.
const keyEnabled = "Enabled"

// kms is what KMS says of the use of a key (authorization.md 4). Its identity
// part is the requester's own policies, which need the key's ARN there.
func kms(q *question, answers []answer) []answer {
	if q.Key == nil {
		return append(answers, silent(KMS))
	}
	own, key, grant, state := silent(KMS), silent(KMS), silent(KMS), silent(KMS)
	own.readOwn(q)
	keyPolicy(q, &key)
	keyGrant(q, &grant)
	keyState(q, &state)
	own.Part, key.Part, grant.Part, state.Part = PartIdentity, PartKeyPolicy, PartGrant, PartKeyState
	return append(answers, own, key, grant, state)
}

// keyPolicy is the key's policy. Unlike a bucket's it is always needed: a key
// does not trust even its own account unless its policy says so.
func keyPolicy(q *question, a *answer) {
	if q.Key.Policy == nil {
		a.says(ImplicitDeny, "the key has no policy")
		return
	}
	a.readOne(q, q.Key.Policy)
}

// KeyPolicyAllows says whether the policy of the request's key allows it, and asks no
// other layer: KMS wants to know this of a policy before it takes it.
func KeyPolicyAllows(r *Request) bool {
	if r.unsaid() != "" || r.Principal == nil || r.Key == nil {
		return false
	}
	var q question
	q.ask(r)
	a := silent(KMS)
	keyPolicy(&q, &a)
	return a.Effect == Allow
}

// keyState is the key's state, which must be Enabled for the key to be used, and
// whether it is of a kind that can be.
func keyState(q *question, a *answer) {
	switch {
	case q.Key.State != "" && q.Key.State != keyEnabled:
		a.says(ExplicitDeny, q.detail("the key's state is ", q.Key.State))
	case q.Key.Unfit != "":
		a.says(ExplicitDeny, q.Key.Unfit)
	default:
		a.says(Allow, "")
	}
}
