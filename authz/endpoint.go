package authz

// vpcEndpoint is what the policy of the VPC endpoint says that the request came
// through: it must allow, whoever asks (authorization.md 1.9).
func vpcEndpoint(q *question) answer {
	if len(q.Endpoint) == 0 {
		return silent(VPCEndpoint)
	}
	return q.read(VPCEndpoint, q.Endpoint)
}
