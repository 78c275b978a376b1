package policy

// stringTest serves all String operators; they differ in how their patterns are compiled.
type stringTest []pattern

func compileStringEquals(values []string, variables bool) test {
	return compileStrings(values, syntax{variables: variables})
}

func compileStringEqualsIgnoreCase(values []string, variables bool) test {
	return compileStrings(values, syntax{variables: variables, fold: true})
}

func compileStringLike(values []string, variables bool) test {
	return compileStrings(values, syntax{variables: variables, wildcards: true})
}

func compileStrings(values []string, s syntax) test {
	patterns := make(stringTest, len(values))
	for i, v := range values {
		patterns[i] = compilePattern(v, s)
	}
	return patterns
}

func (t stringTest) holds(value string, c *Context) bool {
	for i := range t {
		if t[i].match(value, c) {
			return true
		}
	}
	return false
}
