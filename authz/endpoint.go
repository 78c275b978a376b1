package authz

// vpcEndpoint is the word of the VPC endpoint that the request came through: its policy
// must allow, whoever asks (authorization.md 1.9).
func vpcEndpoint(q *question) answer {
	if len(q.Endpoint) == 0 {
		return silent(VPCEndpoint)
	}
	return q.read(VPCEndpoint, q.Endpoint)
}
