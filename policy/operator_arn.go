package policy

// arnTest serves ArnEquals and ArnLike, which AWS evaluates alike.
type arnTest []arnPattern

func compileARN(values []string, variables bool) test {
	patterns := make(arnTest, len(values))
	for i, v := range values {
		patterns[i] = compileARNPattern(v, variables)
	}
	return patterns
}

func (t arnTest) holds(value string, c *Context) bool {
	for i := range t {
		if t[i].match(value, c) {
			return true
		}
	}
	return false
}
