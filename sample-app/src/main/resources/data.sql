insert into product (id, name, price, stock) values
	(1, 'Trail map', 12.50, 1000000),
	(2, 'Compass', 39.00, 1000000),
	(3, 'Head torch', 54.90, 1000000),
	(4, 'Signed first edition', 250.00, 3);
