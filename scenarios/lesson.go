package scenarios

// Lesson is what `s3fault show` prints of a scenario.
type Lesson struct {
	Why      string    `yaml:"why" json:"why,omitempty"`
	Symptom  []Command `yaml:"symptom" json:"symptom,omitempty"`
	Diagnose []Command `yaml:"diagnose" json:"diagnose,omitempty"`
}

// Command is what a person types, with the credentials of As.
type Command struct {
	As     string `json:"as"`
	Run    string `json:"run"`
	Prints Prints `json:"prints,omitzero"`
	at     *node
}

// adminCaller types the commands that name nobody.
const adminCaller = "admin"

// decode takes a text, typed by admin, or a mapping.
func (c *Command) decode(n *node) error {
	if n.scalar() {
		*c = Command{As: adminCaller, Run: n.text, at: n}
		return nil
	}
	var command struct {
		As     string `yaml:"as"`
		Run    string `yaml:"run"`
		Prints Prints `yaml:"prints"`
	}
	if err := decode(n, &command); err != nil {
		return err
	}
	if command.As == "" {
		command.As = adminCaller
	}
	if command.Run == "" {
		return fail(n, "a command needs run")
	}
	*c = Command{As: command.As, Run: command.Run, Prints: command.Prints, at: n}
	return nil
}

// Prints is a part of what a command must print: one text, or one for each of the
// two responses.
type Prints struct {
	Article string `yaml:"article" json:"article,omitempty"`
	AWS     string `yaml:"aws" json:"aws,omitempty"`
}

// decode takes a text, which both print, or a mapping of two.
func (p *Prints) decode(n *node) error {
	if n.scalar() {
		*p = Prints{Article: n.text, AWS: n.text}
		return nil
	}
	type mapping Prints // without this method
	var both mapping
	if err := decode(n, &both); err != nil {
		return err
	}
	if both.Article == "" || both.AWS == "" {
		return fail(n, "prints is a text, or one for article and one for aws")
	}
	*p = Prints(both)
	return nil
}

// In is the text that is printed with those responses, "article" or "aws".
func (p Prints) In(responses string) string {
	if responses == "aws" {
		return p.AWS
	}
	return p.Article
}
