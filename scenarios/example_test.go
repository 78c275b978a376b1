package scenarios_test

import (
	"fmt"

	"github.com/s3fault/s3fault/scenarios"
)

// Library has the built-in scenarios; Load reads a file of one's own.
func Example() {
	file, err := scenarios.Library()
	if err != nil {
		fmt.Println(err)
		return
	}
	scenario, err := file.Scenario("ip-deny")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scenario.Title)
	first := scenario.Expect[0]
	fmt.Println(first.As, first.Call, first.Bucket, first.Key, "sees", first.Want.Status, first.Want.Code)
	// Output:
	// The bucket policy denies every address outside 203.0.113.0/24
	// app GetObject my-bucket file.txt sees 403 AccessDenied
}

// The error names every place in the file, and what was probably meant.
func ExampleParse() {
	_, err := scenarios.Parse("mine.yaml", []byte(`
version: 1
scenarios:
  first:
    bukets: {my-bucket: {}}
    accounts: {123456789012: {}}
`))
	fmt.Println(err)
	// Output:
	// mine.yaml:4:3: the scenario first needs a title
	// mine.yaml:5:5: unknown key "bukets" in a scenario (did you mean "buckets"?)
}
