# Role, instance profile, user, policies.
resource "aws_iam_role" "app" {
  name               = "tf-app"
  path               = "/team/"
  description        = "made by Terraform"
  tags               = { team = "red" }
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  name   = "objects"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_policy" "list" {
  name        = "tf-list"
  description = "lists"
  tags        = { team = "red" }
  policy      = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.list.arn
}

resource "aws_iam_instance_profile" "app" {
  name = "tf-app"
  role = aws_iam_role.app.name
  tags = { team = "red" }
}

resource "aws_iam_user" "ben" {
  name          = "tf-ben"
  force_destroy = true
  tags          = { team = "red" }
}

resource "aws_iam_user_policy" "ben" {
  user   = aws_iam_user.ben.name
  name   = "objects"
  policy = aws_iam_role_policy.app.policy
}

resource "aws_iam_user_policy_attachment" "ben" {
  user       = aws_iam_user.ben.name
  policy_arn = aws_iam_policy.list.arn
}

resource "aws_iam_access_key" "ben" {
  user = aws_iam_user.ben.name
}

resource "aws_iam_user_login_profile" "ben" {
  user = aws_iam_user.ben.name
}

resource "aws_iam_group" "staff" {
  name = "tf-staff"
}

resource "aws_iam_group_membership" "staff" {
  name  = "tf-staff"
  group = aws_iam_group.staff.name
  users = [aws_iam_user.ben.name]
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length = 14
  require_numbers         = true
  require_symbols         = true
}

resource "aws_iam_service_linked_role" "config" {
  aws_service_name = "config.amazonaws.com"
}

data "aws_iam_role" "app" {
  name = aws_iam_role.app.name
}

data "aws_iam_instance_profile" "app" {
  name = aws_iam_instance_profile.app.name
}
