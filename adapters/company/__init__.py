"""A make-believe company: its people, their chats, and those among them who answer by themselves."""
