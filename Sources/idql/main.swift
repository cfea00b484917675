print("idql")
