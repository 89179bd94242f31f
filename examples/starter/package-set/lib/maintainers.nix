{
  mara = {
    name = "Mara Lindqvist";
    email = "mara@example.org";
    github = "mara-example";
  };
  tomasz = {
    name = "Tomasz Wrona";
    email = "tomasz@example.org";
    github = "tomasz-example";
  };
  ines = {
    name = "Inês Figueira";
    email = "ines@example.org";
    github = "ines-example";
  };
  okoro = {
    name = "Ada Okoro";
    email = "okoro@example.org";
    github = "okoro-example";
  };
}
