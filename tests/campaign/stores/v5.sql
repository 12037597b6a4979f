BEGIN TRANSACTION;
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	proposed_at TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	checksum TEXT, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "batches" VALUES(1,'first batch',7,'2026-03-01T09:00:00+00:00','[["framework", "text"], ["agent", "text"], ["electrolyte", "text"], ["additives", "text"], ["conductor_top", "float"], ["agent_top", "float"], ["conductor_bottom", "float"], ["agent_bottom", "float"], ["gradient_exponent", "float"], ["porosity_top", "float"], ["porosity_bottom", "float"], ["pore_size_top_um", "float"], ["pore_size_bottom_um", "float"], ["tortuosity", "float"], ["thickness_um", "float"], ["current_density_mA_cm2", "float"], ["areal_capacity_mAh_cm2", "float"], ["temperature_C", "float"], ["role", "text"]]','96481ed4fb6d1b7b5f7189a4935d2b19');
INSERT INTO "batches" VALUES(2,'second batch',8,'2026-03-05T09:00:00+00:00','[["framework", "text"], ["agent", "text"], ["electrolyte", "text"], ["additives", "text"], ["conductor_top", "float"], ["agent_top", "float"], ["conductor_bottom", "float"], ["agent_bottom", "float"], ["gradient_exponent", "float"], ["porosity_top", "float"], ["porosity_bottom", "float"], ["pore_size_top_um", "float"], ["pore_size_bottom_um", "float"], ["tortuosity", "float"], ["thickness_um", "float"], ["current_density_mA_cm2", "float"], ["areal_capacity_mAh_cm2", "float"], ["temperature_C", "float"], ["role", "text"]]','783efdcdaee0327e0cb05160cc5132c0');
CREATE TABLE lihost_alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "lihost_alembic_version" VALUES('5');
CREATE TABLE pending (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	"row" TEXT NOT NULL, 
	checksum TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(batch_id) REFERENCES batches (id)
);
INSERT INTO "pending" VALUES(1,1,1,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "role": "exploit"}','7e7c8f8233a872df545f699ede039e92');
INSERT INTO "pending" VALUES(2,1,2,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 150.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "role": "control"}','1be14ee42614713372f124f16431f3e9');
INSERT INTO "pending" VALUES(3,2,1,'{"framework": "copper", "agent": "gold", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 150.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "role": "explore"}','d9ac6e03b01911406f0053fd4e88ec19');
INSERT INTO "pending" VALUES(4,2,2,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 90.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "role": "control"}','48ce024ac273b7c6c6f94e02a9990bef');
CREATE TABLE results (
	id INTEGER NOT NULL, 
	told_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	statement INTEGER, 
	cell TEXT, 
	framework TEXT, 
	agent TEXT, 
	cycle_life_cycles FLOAT, 
	"ccd_mA_cm2" FLOAT, 
	"overpotential_mV" FLOAT, 
	coulombic_efficiency_pct FLOAT, 
	cycle_life_cycles_censored BOOLEAN, 
	"ccd_mA_cm2_censored" BOOLEAN, 
	"overpotential_mV_censored" BOOLEAN, 
	coulombic_efficiency_pct_censored BOOLEAN, 
	cycle_life_cycles_upper_bound FLOAT, 
	"ccd_mA_cm2_upper_bound" FLOAT, 
	"overpotential_mV_upper_bound" FLOAT, 
	coulombic_efficiency_pct_upper_bound FLOAT, 
	cycle_life_cycles_sem FLOAT, 
	"ccd_mA_cm2_sem" FLOAT, 
	"overpotential_mV_sem" FLOAT, 
	coulombic_efficiency_pct_sem FLOAT, 
	"row" TEXT NOT NULL, 
	checksum TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "results" VALUES(1,'2026-03-02T09:00:00+00:00','one.csv',1,'13b3545732c011ee60efef586082a2eca68690a42f7a0d9ca25d99fef6119270',1,'B01-1-a','copper','silver',300.0,NULL,22.5,NULL,1,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,1.5,NULL,'{"cell_id": "B01-1-a", "proposal_id": "B01-1", "state": "running", "date": null, "framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": 300.0, "ccd_mA_cm2": null, "overpotential_mV": 22.5, "coulombic_efficiency_pct": null, "cycle_life_cycles_censored": true, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "cycle_life_cycles_sem": null, "ccd_mA_cm2_sem": null, "overpotential_mV_sem": 1.5, "coulombic_efficiency_pct_sem": null, "replicate": null, "failed": null, "note": "still running", "taken_over": "cell_id"}','0a929b01cb0820e7875ffdcf596843ea');
INSERT INTO "results" VALUES(2,'2026-03-02T09:00:00+00:00','one.csv',2,'bf641f62d64b7ea15c30f1cd5b62f2e381fb0d737e22287b2142a6ca73f4f9ba',1,'C1','copper','silver',120.0,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"cell_id": "C1", "proposal_id": null, "state": "failed", "date": null, "framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 80.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": 120.0, "ccd_mA_cm2": null, "overpotential_mV": null, "coulombic_efficiency_pct": null, "cycle_life_cycles_censored": false, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "cycle_life_cycles_sem": null, "ccd_mA_cm2_sem": null, "overpotential_mV_sem": null, "coulombic_efficiency_pct_sem": null, "replicate": null, "failed": false, "note": null, "taken_over": "cell_id"}','973aa0f4f738664e9aa71a3d02045aa9');
INSERT INTO "results" VALUES(3,'2026-03-03T09:00:00+00:00','two.csv',1,'25b34a27323204b43881d0e34324a959a2ffd457d59c5bfdc2e79cb32617583a',2,'C2','copper','silver',NULL,3.5,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"cell_id": "C2", "proposal_id": null, "state": null, "date": null, "framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 60.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": null, "ccd_mA_cm2": 3.5, "overpotential_mV": null, "coulombic_efficiency_pct": null, "cycle_life_cycles_censored": null, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "cycle_life_cycles_sem": null, "ccd_mA_cm2_sem": null, "overpotential_mV_sem": null, "coulombic_efficiency_pct_sem": null, "replicate": null, "failed": null, "note": null, "taken_over": "cell_id"}','6556bf3ef5850fe7cddf92cec67db226');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(5,'lihost campaign store');
CREATE TABLE statements (
	id INTEGER NOT NULL, 
	said_at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	about TEXT NOT NULL, 
	source TEXT NOT NULL, 
	content TEXT NOT NULL, 
	checksum TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "statements" VALUES(1,'2026-03-02T09:00:00+00:00','anna','tell','','one.csv','{}','850508fb134afc8584705f436b0fe2a8');
INSERT INTO "statements" VALUES(2,'2026-03-03T09:00:00+00:00','anna','tell','','two.csv','{}','abaf63c354ccbd0aa152c05ad3bb5ce2');
INSERT INTO "statements" VALUES(3,'2026-03-04T09:00:00+00:00','anna','amend','B01-1-a','amend','{"overpotential_mV": 25.0}','e4c469fea8395b738d8f8d8058685a0b');
INSERT INTO "statements" VALUES(4,'2026-03-06T09:00:00+00:00','anna','withdraw','B02-1','','{}','508f233ddf2341644f3045be405ccea1');
INSERT INTO "statements" VALUES(5,'2026-03-07T09:00:00+00:00','anna','forget','C2','','{}','139095363401d013a675835fca3414bb');
INSERT INTO "statements" VALUES(6,'2026-03-08T09:00:00+00:00','anna','undo','5','','{}','6b8f92bd81fa5de934344f9747c987ed');
CREATE INDEX ix_results_digest ON results (digest);
COMMIT;
