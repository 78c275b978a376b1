package decide

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/jsontree"
	"github.com/s3fault/s3fault/policy"
)

// noID is the id of an answer to a case without one.
const noID = `""`

// read makes a question of a case. The id is there even where the case has an error, if it could be read.
func (d *Decider) read(doc []byte) (id string, r *authz.Request, err error) {
	if !utf8.Valid(doc) {
		return noID, nil, errors.New("the case is not valid UTF-8")
	}
	reader := readers.Get().(*jsontree.Reader)
	defer rest(reader)
	root, ok := reader.Read(string(doc))
	if !ok {
		return noID, nil, unreadable(doc)
	}
	c, err := newObject("", &root)
	if err != nil {
		return noID, nil, err
	}
	id = noID
	if n := c.get("id"); n != nil {
		id = n.Raw
	}
	r, err = d.request(&c)
	return id, r, err
}

func rest(reader *jsontree.Reader) {
	reader.Forget()
	readers.Put(reader)
}

func (d *Decider) request(c *object) (*authz.Request, error) {
	n, err := c.need("request")
	if err != nil {
		return nil, err
	}
	asked, err := newObject("request", n)
	if err != nil {
		return nil, err
	}
	r, err := whoAndWhat(&asked)
	if err != nil {
		return nil, err
	}
	if r.Context, err = contextOf(&asked, r.Action); err != nil {
		return nil, err
	}
	if err := d.policies(c, r); err != nil {
		return nil, err
	}
	return r, nil
}

// whoAndWhat makes the question. A case without resourceAccount is about what is of no account.
func whoAndWhat(asked *object) (*authz.Request, error) {
	name, err := asked.needText("principal")
	if err != nil {
		return nil, err
	}
	principal, err := policy.ParsePrincipal(name)
	if err != nil {
		return nil, fmt.Errorf("request.principal: %w", err)
	}
	action, err := asked.needText("action")
	if err != nil {
		return nil, err
	}
	resource, err := asked.needText("resource")
	if err != nil {
		return nil, err
	}
	owner, err := asked.text("resourceAccount")
	if err != nil {
		return nil, err
	}
	on := authz.Target{ResourceAccount: owner, Unowned: owner == ""}
	return authz.NewRequest(action, resource, authz.Requester{Principal: &principal}, on), nil
}

// contextOf takes the condition keys as given, without those that the action does not have: they count as absent. Of
// several spellings of one key the last in the order of names counts.
func contextOf(asked *object, action string) (*policy.Context, error) {
	c := new(policy.Context)
	n := asked.get("context")
	if n == nil {
		return c, nil
	}
	keys, err := newObject("request.context", n)
	if err != nil {
		return nil, err
	}
	for _, key := range keys.names() {
		values, err := contextValues(keys.path+key, keys.get(key))
		if err != nil {
			return nil, err
		}
		if policy.IsGlobalKey(key) || policy.KeyApplies(action, key) == policy.Evaluable {
			c.Set(key, values...)
		}
	}
	return c, nil
}

// contextValues reads a value or a list of them. Numbers and booleans may stand without quotes, as in policies.
func contextValues(path string, n *jsontree.Node) ([]string, error) {
	if n == nil {
		return nil, nil
	}
	items := n.Members
	if n.Kind != jsontree.List {
		items = []jsontree.Member{{Value: *n}}
	}
	values := make([]string, len(items))
	for i := range items {
		switch item := &items[i].Value; item.Kind {
		case jsontree.String:
			values[i] = item.Text()
		case jsontree.Number, jsontree.Bool:
			values[i] = item.Raw
		default:
			return nil, wrongType(path, "a string or a list of strings", item.Kind)
		}
	}
	return values, nil
}
