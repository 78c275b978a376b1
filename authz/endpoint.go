package authz

// vpcEndpoint is the word of the VPC endpoint that the request came through: its policy
// must allow, whoever asks (authorization.md 1.9).
func vpcEndpoint(q *question, a *answer) {
	if len(q.Endpoint) > 0 {
		a.read(q, q.Endpoint)
	}
}
