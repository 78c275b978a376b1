package scenarios

// Lesson is what `s3fault show` prints of a scenario.
type Lesson struct {
	Why      string    `json:"why,omitempty"`
	Symptom  []Command `json:"symptom,omitempty"`
	Diagnose []Command `json:"diagnose,omitempty"`
}

// Command is what a person types, with the credentials of As.
type Command struct {
	As     string `json:"as"`
	Run    string `json:"run"`
	Prints Prints `json:"prints,omitzero"`
}

// adminCaller types the commands that name nobody.
const adminCaller = "admin"

// Prints is a part of what a command must print: one text, or one for each of the
// two responses.
type Prints struct {
	Article string `json:"article,omitempty"`
	AWS     string `json:"aws,omitempty"`
}

// In is the text that is printed with those responses, "article" or "aws".
func (p Prints) In(responses string) string {
	if responses == "aws" {
		return p.AWS
	}
	return p.Article
}
