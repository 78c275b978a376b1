# A key with a policy, an alias and a grant.
resource "aws_kms_key" "data" {
  description             = "made by Terraform"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  tags                    = { team = "red" }
}

resource "aws_kms_alias" "data" {
  name          = "alias/tf-data"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_kms_key_policy" "data" {
  key_id = aws_kms_key.data.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }]
  })
}

resource "aws_iam_role" "reader" {
  name               = "tf-reader"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "123456789012" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_kms_grant" "reader" {
  name              = "tf-reader"
  key_id            = aws_kms_key.data.key_id
  grantee_principal = aws_iam_role.reader.arn
  operations        = ["Decrypt", "GenerateDataKey"]
}
