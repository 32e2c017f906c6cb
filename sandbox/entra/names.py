"""Word lists from which the seeded directory takes its names; nobody in it exists."""

GIVEN = (
    *("Ada", "Åsa", "Amara", "Anaïs", "Bálint", "Beatriz", "Björn", "Caoimhe", "Chloé", "Dagný", "Emre", "Fatima"),
    *("Ğülşen", "Hana", "Héctor", "Ilse", "Ivana", "Jürgen", "Kaito", "Katarzyna", "Leïla", "Løvise", "Małgorzata"),
    *("Mateo", "Nadia", "Ngozi", "Óscar", "Oyelaran", "Paola", "Quentin", "Raúl", "Réka", "Šárka", "Siobhán", "Sofía"),
    *("Tomáš", "Þóra", "Uğur", "Vanessa", "Władysław", "Ximena", "Yusuf", "Zoë", "美咲", "翔太", "지우", "Анна"),
    *("Михаил", "Ελένη", "نور"),
)

SURNAMES = (
    *("Abernathy", "Ångström", "Bauer", "Çelik", "D'Angelo", "Dvořák", "Eriksen", "Farrow", "Fernández", "Žižek"),
    *("García-Núñez", "Grünewald", "Håkonsen", "Ibarra", "Jovanović", "Kowalczyk", "Lindqvist", "MacAllister"),
    *("Müller", "Nakamura", "Ńowak", "O'Shaughnessy", "Okafor", "Østergaard", "Peña", "Quimby", "Rossi", "Søndergaard"),
    *("Szabó", "Tremblay", "Ünal", "Vasquez", "van-der-Meer", "Weiß", "Xylander", "Yüksel", "Zając", "佐藤", "鈴木"),
    *("김", "Иванова", "Петров", "Παπαδοπούλου", "منصور"),
)

DEPARTMENTS = ("Compute", "Networking", "Storage", "Finance", "Facilities", "Field Services", "Legal", "People")

TITLES = ("Analyst", "Architect", "Engineer", "Manager", "Operator", "Planner", "Specialist", "Technician")

CITIES = (
    ("Grenoble", "Isère", "38000", "FR"),
    ("Galway", "Connacht", "H91", "IE"),
    ("Houston", "TX", "77002", "US"),
    ("Kraków", "Małopolskie", "30-001", "PL"),
    ("San José", "SJ", "10101", "CR"),
    ("東京", "東京都", "100-0001", "JP"),
)
