# A service control policy, where it is attached, and the organization as data.
resource "aws_organizations_policy" "deny" {
  name    = "tf-deny"
  type    = "SERVICE_CONTROL_POLICY"
  tags    = { team = "red" }
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "s3:DeleteBucket", Resource = "*" }]
  })
}

resource "aws_organizations_policy_attachment" "deny" {
  policy_id = aws_organizations_policy.deny.id
  target_id = "111111111111"
}

data "aws_organizations_organization" "this" {}

output "roots" {
  value = data.aws_organizations_organization.this.roots[*].id
}
