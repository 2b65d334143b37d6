insert into vet (id, name) values (1, 'Carter'), (2, 'Leary');
insert into owner (name, telephone) values ('Davis', '6085551023'), ('Franklin', '6085551749'), ('Deere', '6085558763');
insert into pet (name, owner_id) values ('Leo', 2), ('Basil', 1), ('Rosy', 2);
